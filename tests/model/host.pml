/* The host's side: publishers, whoever changes masks, and the thread that keeps slices queued. */

/* slot_table.cpp, is_taken(): nobody has taken the slot's entry yet. */
#define is_untaken(s) (in_flight[s] && completion[s] == 0 && status[s] == ST_PUBLISHED)
/* slot_table.cpp, has_looked_since(): so many more entries overwrite none that is still to be taken. */
#if defined(ENTRY_REUSED_EARLY)
#define spares(s, count) true
#elif defined(ANNOUNCED_AGAIN_UNGUARDED)
bool is_again[SLOTS];
#define spares(s, count) (is_again[s] || !is_untaken(s) || ((next + (count) - entry_number[s]) & 255) <= CAPACITY)
#define let_pass(s) is_again[s] = true
#else
#define spares(s, count) (!is_untaken(s) || ((next + (count) - entry_number[s]) & 255) <= CAPACITY)
#endif
#ifndef let_pass
#define let_pass(s) skip
#endif
/* Of a publication; of the shard, which has 1 to 3 slots. */
#define last (first + size - 1)
#define last_slot (base + size * groups - 1)
#define middle_slot (size * groups == 3 -> base + 1 : base)
#define has_entries(count) (spares(base, count) && spares(middle_slot, count) && spares(last_slot, count))

#define is_blocked(s) (in_flight[s] && completion[s] == BLOCKED)
#ifdef FORGETS_BLOCKED
#define is_to_be_announced(s) false
#else
#define is_to_be_announced(s) (is_blocked(s) && has_entries(1) && (mask_open || futile < FUTILE))
#endif


/* doorbell.hpp, announce(): an entry. The store may be seen at once or late, but before the fence. */
#define store_entry(number, first_slot, count) \
  entries[place_of(queue, number)] = make_entry(number, first_slot, count)
/* doorbell.hpp, ring(): how many entries there are now, and the newest of them, in one store. */
#define store_doorbell(number, first_slot, count) \
  atomic { \
    tail[queue] = ((number) + 1) & 255; \
    newest[queue] = make_entry(number, first_slot, count) \
  }

/* shard.cpp, announce_blocked(). The mark goes first; the kernel gave the slot back, so that nobody else writes the
 * word or looks for the entry before the doorbell: one step. */
#define announce_again(s) \
  d_step { \
    if \
    :: !mask_open -> futile++ \
    :: else \
    fi; \
    completion[s] = 0; \
    entry_number[s] = next; \
    let_pass(s); \
    store_entry(next, s, 1); \
    next = (next + 1) & 255 \
  } \
  store_doorbell((next + 255) & 255, s, 1); \
  notify()

/* publisher.cpp, Waiter::pause() and ring_again(): a waiting host announces what the kernel gave back, at any time,
 * and wakes the kernel now and then, since a slice may end while another subgroup makes the last fence ready. Here it
 * wakes it when nothing else can happen (timeout). Every slot that is not finished must be parked by then, else it is
 * lost or the kernel sleeps over it; and a rescue that moves nothing would be repeated for ever. */
inline rescue() {
  d_step {
    for (at : 0 .. SLOTS - 1) {
      assert(!in_flight[at] || is_final(completion[at]) || ((parked >> at) & 1))
    }
    at = 0;
    assert(moved_since_rescue);
    moved_since_rescue = false
  }
  notify()
}

/* slot_table.cpp, retire(): publications as a whole. Results stand before the completion does. */
inline retire(from, to) {
  for (at : from .. to) {
    assert(!in_flight[at] || result[at] == generation[at]);
    in_flight[at] = false
  }
  at = 0
}

/* slot_table.cpp, take(): nobody else looks at the words of slots that are not published. */
inline take_slots() {
  for (at : first .. last) {
    completion[at] = 0;
    in_flight[at] = true;
    generation[at]++;
    entry_number[at] = (CHUNK == 1 -> (next + at - first) & 255 : next)
  }
  at = 0
}

#define has_second_entry (size == 2 && CHUNK == 1)
#define entry_total (has_second_entry -> 2 : 1)
#define run_length (size == 2 && CHUNK == 2 -> 2 : 1)
inline store_half_a(s) { half_a[s] = generation[s]; status[s] = ST_PUBLISHED }
inline store_half_b(s) { half_b[s] = generation[s] }
inline store_first_entry() { store_entry(next, first, run_length) }
inline store_second_entry() { store_entry(next + 1, last, 1) }
#define ring_doorbell() \
  store_doorbell(((next + entry_total - 1) & 255), (has_second_entry -> last : first), run_length)

/* shard.cpp, write(): bodies, STATUS among them, and entries, in any order. */
#ifdef APART
#define HALF_A 1 /* stores that are still to be made, one bit each */
#define HALF_B 2
#define SECOND_A 4
#define SECOND_B 8
#define ENTRY 16
#define SECOND_ENTRY 32
#define is_due(bit) ((stores & (bit)) != 0)
#define done_with(bit) stores = stores & ~(bit)
inline write_publication() {
  stores = HALF_A | HALF_B | ENTRY | (size == 2 -> SECOND_A | SECOND_B : 0) | (has_second_entry -> SECOND_ENTRY : 0);
  do
  :: d_step { is_due(HALF_A) -> store_half_a(first); done_with(HALF_A) }
  :: d_step { is_due(HALF_B) -> store_half_b(first); done_with(HALF_B) }
  :: d_step { is_due(SECOND_A) -> store_half_a(first + 1); done_with(SECOND_A) }
  :: d_step { is_due(SECOND_B) -> store_half_b(first + 1); done_with(SECOND_B) }
  :: d_step { is_due(ENTRY) -> store_first_entry(); done_with(ENTRY) }
  :: d_step { is_due(SECOND_ENTRY) -> store_second_entry(); done_with(SECOND_ENTRY) }
#ifdef NO_FENCE
  :: ring_doorbell()
#endif
  :: stores == 0 -> break
  od;
  skip
}
#else
/* Who reads any of it before the doorbell is behind, and throws it away: one step. (APART shows that it is so.) */
inline write_publication() {
  store_half_a(first);
  store_half_b(first);
  store_first_entry();
  if
  :: size == 2 -> store_half_a(first + 1); store_half_b(first + 1)
  :: else
  fi;
  if
  :: has_second_entry -> store_second_entry()
  :: else
  fi
}
#endif

#define is_free(s) (!in_flight[s] || is_final(completion[s]))
#define all_finished (is_free(base) && is_free(middle_slot) && is_free(last_slot))

/* slot_table.cpp, allocate(): any slots that are free will do. */
#define can_publish(group) \
  (round < rounds && (group) < groups && is_free(base + (group) * size) && is_free(base + (group) * size + size - 1) && \
   has_entries(entry_total))
#ifdef APART
#define write_at_once() skip
#else
#define write_at_once() write_publication()
#endif
inline begin_publication(group) {
  first = base + (group) * size;
  retire(first, last);
  take_slots();
  write_at_once()
}

/* publisher.cpp, publish() and wait_all(), by one thread with a shard of its own: contiguous slots and a queue. */
proctype Publisher(byte queue, base, size, groups, rounds) {
  byte next = START; /* doorbell.hpp, tail_ */
  byte round;
  byte stores;
  byte futile;
  byte first;        /* slot of the publication */
  byte at;
between_publications:
  do
  :: atomic { can_publish(0) -> begin_publication(0) }; goto publish
  :: atomic { can_publish(1) -> begin_publication(1) }; goto publish
  :: atomic { can_publish(2) -> begin_publication(2) }; goto publish
  :: atomic { round == rounds && all_finished -> retire(base, last_slot); break }
  :: is_to_be_announced(base) -> announce_again(base)
  :: size * groups > 1 && is_to_be_announced(last_slot) -> announce_again(last_slot)
  :: size * groups > 2 && is_to_be_announced(middle_slot) -> announce_again(middle_slot)
#ifndef WAITS_SILENTLY
  :: timeout -> rescue()
#endif
  od;
  all_done[queue] = true;
  goto end;
publish:
#ifdef APART
  write_publication();
#endif
#ifdef NO_SECOND_FENCE /* the doorbell does not leave at once */
  notify();
  ring_doorbell();
#else
  ring_doorbell();
  notify();
#endif
  atomic { next = (next + entry_total) & 255; round++; first = 0; goto between_publications };
end:
  skip
}

/* A tenant's mask changes at any time, and ends open. */
#if TOGGLES > 0
proctype Masks() {
  byte toggles;
  do
  :: toggles < TOGGLES -> d_step { mask_open = !mask_open; toggles++ }
  :: else -> break
  od
}
#endif

/* --- lib/gpu/residency.cpp ---------------------------------------------------------------------------------- */

/* submit(). The device runs one slice after the other, without the host. */
inline submit() {
#ifdef NOTIFIED_READ_LATE
  start_next();
  notified = false
#else
  notified = false; /* before the slice is submitted, so that what is announced between the two */
  start_next()      /* costs a slice more */
#endif
}
inline start_next() {
  d_step {
    queued++;
    if
    :: !running -> running = true
    :: else
    fi
  }
}

/* must_go_on(), and what run() does after it. */
inline pop_slice() {
  d_step {
#ifdef SLEEPS_EARLY
    go_on = cut_at == 1;
    notified = false;
#else
    go_on = cut_at == 1 || notified;
#endif
    queued--;
    ended--;
    if
    :: cut_at > 0 -> cut_at--
    :: else
    fi
  }
}

/* run() */
proctype Residency() {
  bool go_on;
end_asleep:
  do
  :: notified ->
     go_on = true;
     do
     :: go_on && queued < QUEUED -> submit()
     :: queued > 0 && (!go_on || queued == QUEUED) && ended > 0 -> pop_slice()
     :: queued == 0 && !go_on -> break
     od
  od
}
