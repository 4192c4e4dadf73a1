// sum_range(from, count, to): observable(to) = the wrapping sum of control[from..from+count].
// A long range takes several turns: what was summed so far waits in the observable, how far it came in
// the slot's progress.
void sum_range() {
  const uint from = vyre_arg(0u);
  const uint count = vyre_arg(1u);
  const uint to = vyre_arg(2u);

  uint i = vyre_progress();
  uint sum = i == 0u ? 0u : vyre_observable_load(to);
  while (i < count) {
    if (!vyre_step()) {
      vyre_observable_store(to, sum);
      vyre_yield(i);
      return;
    }
    sum += vyre_load(from + i);
    if (vyre_faulted()) return;
    ++i;
  }
  vyre_observable_store(to, sum);
}
