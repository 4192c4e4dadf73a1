// Walking a scan table (layout: vyre/protocol/kernel_layout.hpp).
#ifndef VYRE_SCAN_TABLE_GLSL
#define VYRE_SCAN_TABLE_GLSL

// Small tables are copied here once a slice, on devices where shared memory is quicker than what is cached.
shared uint scan_shared[kScanSharedWords];

// The table at hand.
uint table_head;         // its head in scan_tables
uint table_class_of;     // its parts
uint table_transitions;
bool table_shares_classes;
bool table_shares_rows;

uint head_word(uint word) { return scan_tables[table_head + word]; }

void use_table(uint head) {
  table_head = head;
  const uint classes = head_word(kScanSharedClassesWord);
  const uint rows = head_word(kScanSharedWord);
  table_shares_classes = classes != kNotShared;
  table_shares_rows = rows != kNotShared;
  table_class_of = table_shares_classes ? classes : head_word(kScanClassOfWord);
  table_transitions = table_shares_rows ? rows : head_word(kScanTransitionsWord);
}

// Every lane of the workgroup takes part.
void share_part(uint to, uint from, uint words) {
  if (to == kNotShared) return;
  for (uint i = gl_LocalInvocationIndex; i < words; i += gl_WorkGroupSize.x) scan_shared[to + i] = scan_tables[from + i];
}

void share_scan_tables() {
  if (kScanSharedWords <= 1u) return;
  for (uint number = 0u; number < kScanTableCount; ++number) {
    table_head = kScanTablesHeadWord + kScanHeadWords * number;
    share_part(head_word(kScanSharedClassesWord), head_word(kScanClassOfWord), 64u);
    share_part(head_word(kScanSharedWord), head_word(kScanTransitionsWord), head_word(kScanTransitionWordsWord));
  }
  barrier();
}

const uint kNoRow = 0xFFFFFFFFu;

bool is_row(uint row) {
  const uint classes = head_word(kScanClassesWord);
  return row % classes == 0u && row / classes < head_word(kScanStatesWord);
}

// The transition of a row by a byte: the next row, and kScanAccepts.
uint transition(uint row, uint byte) {
  const uint class_word = table_class_of + byte / 4u;
  const bool shares = kScanSharedWords > 1u;
  const uint classes = shares && table_shares_classes ? scan_shared[class_word] : scan_tables[class_word];
  const uint at = table_transitions + row + (classes >> (8u * (byte % 4u)) & 0xFFu);
  return shares && table_shares_rows ? scan_shared[at] : scan_tables[at];
}

// Sixteen bytes from a word of the arena on; what lies behind the arena is not looked at.
uvec4 load_bytes16(uint word) {
  const uint last = kArenaWordCount - 1u;
  return uvec4(arena[word], arena[min(word + 1u, last)], arena[min(word + 2u, last)], arena[min(word + 3u, last)]);
}

uint byte_of(uvec4 bytes, uint i) {
  const uint word = i < 8u ? (i < 4u ? bytes.x : bytes.y) : (i < 12u ? bytes.z : bytes.w);
  return word >> (8u * (i % 4u)) & 0xFFu;
}

// Walks a byte unless it is behind the last; the bit `i` of `hits` says whether matches end behind it.
void walk1(inout uint row, inout uint hits, uint byte, uint i, uint count) {
  const uint next = transition(row, byte);
  if (i >= count) return;
  row = next & ~kScanAccepts;
  hits |= (next >> 31u) << i;
}

void walk4(inout uint row, inout uint hits, uint word, uint first, uint count) {
  walk1(row, hits, word & 0xFFu, first, count);
  walk1(row, hits, word >> 8u & 0xFFu, first + 1u, count);
  walk1(row, hits, word >> 16u & 0xFFu, first + 2u, count);
  walk1(row, hits, word >> 24u, first + 3u, count);
}

// Walks the first `count` of sixteen bytes. The only place that is written out: a CPU device compiles it for seconds.
uint walk16(uint row, uvec4 bytes, uint count, out uint hits) {
  hits = 0u;
  walk4(row, hits, bytes.x, 0u, count);
  walk4(row, hits, bytes.y, 4u, count);
  walk4(row, hits, bytes.z, 8u, count);
  walk4(row, hits, bytes.w, 12u, count);
  return row;
}

#endif
