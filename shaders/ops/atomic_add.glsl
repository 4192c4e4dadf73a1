// ATOMIC_ADD: arg0 value, arg1 control word; wraps. One lane.
void op_atomic_add() {
  const uint word = arg(1);
  if (may_write(word)) ADD(control[word], arg(0));
}
