// LOAD_U32: arg0 control word to read, arg1 observable to write. One lane.
void op_load_u32() {
  const uint word = arg(0);
  const uint number = arg(1);
  if (is_word(word) && is_observable(number)) STORE(control[kObservableWord + number], LOAD(control[word]));
}
