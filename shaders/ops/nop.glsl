// NOP: no operands, no effect.
void op_nop() {}
