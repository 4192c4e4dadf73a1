// What it was given: observables 0 to 11 are its arguments, 12 and 13 the first and the last byte of the piece.
void tell_args() {
  for (uint i = 0u; i < 12u; ++i) {
    if (!vyre_step()) return;
    vyre_observable_store(i, vyre_arg(i));
  }
  vyre_observable_store(12u, vyre_arena_byte(vyre_arg(2u)));
  vyre_observable_store(13u, vyre_arena_byte(vyre_arg(2u) + vyre_arg(3u) - 1u));
}
