// SHUTDOWN: no operands. Every subgroup leaves its loop before its next pass.
void op_shutdown() {
  if (may_write(kShutdownWord)) STORE(control[kShutdownWord], 1u);
}
