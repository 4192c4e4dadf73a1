// COMPARE_SWAP: arg0 control word, arg1 expected, arg2 desired. The previous value goes to the
// observable of the same number as the word. One lane.
void op_compare_swap() {
  const uint word = arg(0);
  if (!is_word(word) || !is_observable(word) || !may_write(word)) return;
  const uint previous = atomicCompSwap(control[word], arg(1), arg(2), gl_ScopeDevice, gl_StorageSemanticsNone,
                                       gl_SemanticsRelaxed, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
  STORE(control[kObservableWord + word], previous);
}
