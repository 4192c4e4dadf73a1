// STORE_U32: arg0 value, arg1 control word. One lane.
void op_store_u32() {
  const uint word = arg(1);
  if (may_write(word)) STORE(control[word], arg(0));
}
