// checksum(): for chunk n (argument 7), observable(3n) is what cksum(1) computes of the piece's bytes before it
// adds their number and complements, 3n + 1 the number of bytes, and 3n + 2 their sum. Pieces begin at a word.
// A piece takes several turns: meanwhile both sums wait in their observables, the bytes done in the progress.

// w * x^32 modulo x^32 + 0x04C11DB7, without a table: one lane works alone, and would wait for each look-up.
// The quotient is exact: `q` is the upper half of w * (x^64 / P), by the shifts of that constant's bits.
uint reduced(uint w) {
  // x^64 / P = 0x104D101DF
  const uint q = w ^ (w >> 6) ^ (w >> 9) ^ (w >> 10) ^ (w >> 12) ^ (w >> 16) ^ (w >> 24) ^ (w >> 25) ^ (w >> 26) ^
                 (w >> 28) ^ (w >> 29) ^ (w >> 30) ^ (w >> 31);
  // P = 0x104C11DB7
  return q ^ (q << 1) ^ (q << 2) ^ (q << 4) ^ (q << 5) ^ (q << 7) ^ (q << 8) ^ (q << 10) ^ (q << 11) ^ (q << 12) ^
         (q << 16) ^ (q << 22) ^ (q << 23) ^ (q << 26);
}

// The first byte is the highest.
uint swapped(uint word) {
  const uint pairs = (word >> 8 & 0x00FF00FFu) | (word & 0x00FF00FFu) << 8;
  return pairs >> 16 | pairs << 16;
}

uint bytes_sum(uint word) {
  const uint pairs = (word & 0x00FF00FFu) + (word >> 8 & 0x00FF00FFu);
  return (pairs & 0xFFFFu) + (pairs >> 16);
}

void checksum() {
  const uint at = vyre_arg(2u);
  const uint bytes = vyre_arg(3u);
  const uint to = 3u * vyre_arg(7u);
  if (at % 4u != 0u) {
    vyre_fault(at);
    return;
  }
  uint done = vyre_progress();
  uint crc = done == 0u ? 0u : vyre_observable_load(to);
  uint sum = done == 0u ? 0u : vyre_observable_load(to + 2u);
  while (done < bytes) {
    if (!vyre_step()) {
      vyre_observable_store(to, crc);
      vyre_observable_store(to + 2u, sum);
      vyre_yield(done);
      return;
    }
    const uint word = (at + done) / 4u;
    if (bytes - done >= 16u) {  // four loads at once: none waits for another
      const uvec4 four = uvec4(vyre_arena_load(word), vyre_arena_load(word + 1u), vyre_arena_load(word + 2u),
                               vyre_arena_load(word + 3u));
      crc = reduced(crc ^ swapped(four.x));
      crc = reduced(crc ^ swapped(four.y));
      crc = reduced(crc ^ swapped(four.z));
      crc = reduced(crc ^ swapped(four.w));
      sum += bytes_sum(four.x) + bytes_sum(four.y) + bytes_sum(four.z) + bytes_sum(four.w);
      done += 16u;
    } else {
      const uint next = vyre_arena_byte(at + done);
      crc = crc << 8 ^ reduced(crc >> 24 ^ next);
      sum += next;
      done += 1u;
    }
    if (vyre_faulted()) return;
  }
  vyre_observable_store(to, crc);
  vyre_observable_store(to + 1u, bytes);
  vyre_observable_store(to + 2u, sum);
}
