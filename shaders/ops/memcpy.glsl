// MEMCPY: arg0 first word to read, arg1 first word to write, arg2 words. A plain ascending copy: where
// the ranges overlap, words copied earlier are read again. One lane; parks between quanta.
void op_memcpy() {
  const uint from = arg(0);
  const uint to = arg(1);
  const uint words = arg(2);
  if (!is_range(from, words) || !is_range(to, words)) return;
  if (words > 0u && is_protected(to)) {
    fault(kFaultProtectedWord, to);
    return;
  }
  uint copied = lane_progress;
  while (copied < words && take_step()) {
    STORE(control[to + copied], LOAD(control[from + copied]));
    ++copied;
  }
  lane_progress = copied;
  if (copied < words) lane_outcome = kOutcomeYield;
}
