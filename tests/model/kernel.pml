/* The kernel's side: one subgroup. Between passes it keeps nothing but what it tried in vain since anything moved
 * (slice.glsl, slice_idle: the real one counts passes). */

#if STRIPE_TOTAL > 2
#define any_waiting (is_waiting(0) || is_waiting(1) || is_waiting(2) || is_waiting(3))
#elif STRIPE_TOTAL > 1
#define any_waiting (is_waiting(0) || is_waiting(1))
#else
#define any_waiting is_waiting(0)
#endif
#define queue_of(stripe) ((stripe) / STRIPES)
#define lane_slot (first + lane)

/* --- Which worker acts -------------------------------------------------------------------------------------- */

#define has_bit(word, at) ((((word) >> (at)) & 1) != 0)
/* Workers between passes that have tried the same are alike: it is enough that the first of them acts. */
#define is_twin(other) (!has_bit(busy, other) && !has_bit(left, other) && tried[other] == tried[me])
#if WORKERS > 2
#define has_twin_before (me > 0 && is_twin(0) || me > 1 && is_twin(1))
#elif WORKERS > 1
#define has_twin_before (me > 0 && is_twin(0))
#else
#define has_twin_before false
#endif
/* slice.glsl, stay(): a worker may come late to a slice, and looks whether others left before each pass. */
#define may_act (running && !has_bit(left, me) && !has_twin_before)
#define may_pass (may_act && !leaving)

/* --- Looking (work.glsl, look_around() and look_at()) ------------------------------------------------------- */

/* Head and tail in one step: a take succeeds only if the head is still the same, and a tail read earlier shows at most
 * less. Any stripe may come next; a pass that finds nothing changes nothing. */
inline look_at_stripe() {
  busy = busy | (1 << me);
  if
  :: is_waiting(0) -> stripe = 0
#if STRIPE_TOTAL > 1
  :: is_waiting(1) -> stripe = 1
#endif
#if STRIPE_TOTAL > 2
  :: is_waiting(2) -> stripe = 2
  :: is_waiting(3) -> stripe = 3
#endif
  fi;
  head_seen = head[stripe];
  number = next_entry(stripe);
  at_hand = ahead(stripe) == 1
}

/* A take will fail, and the pass change nothing, as soon as somebody else took the entry. It may end then and there:
 * what it still would read is thrown away. */
#define is_behind (head[stripe] != head_seen)
#if defined(RUN_WITHOUT_TAKE) || defined(BODY_AFTER_REUSE)
#define gives_up false
#else
#define gives_up is_behind
#endif

inline use_entry(entry) {
  first = entry_first(entry);
  count = entry_count(entry);
  is_known = true;
  newest_seen = 0
}

/* propose(): the newest entry, if it is the next one and its tag fits, else the array's. */
inline read_newest() {
#ifndef NEWEST_BEFORE_TAIL
  newest_seen = newest[queue_of(stripe)];
#endif
  at_hand = false;
  is_known = entry_tag(newest_seen) == number % TAGS;
  if
  :: is_known -> use_entry(newest_seen)
  :: else
  fi
}
inline read_array() { use_entry(entries[place_of(queue_of(stripe), number)]) }

/* find_slot(): two halves of each slot, all lanes together. */
inline read_half_a() {
  for (lane : 0 .. count - 1) { seen_a[lane] = half_a[lane_slot]; seen_status[lane] = status[lane_slot] }
  lane = 0
}
inline read_half_b() {
  for (lane : 0 .. count - 1) { seen_b[lane] = half_b[lane_slot] }
  lane = 0
}
/* Who is not behind reads the same whenever it reads: one step. (APART shows that it is so.) */
#ifdef APART
inline read_all() {
  do
  :: atomic { gives_up -> goto over }
  :: d_step { !gives_up && at_hand -> read_newest() }
  :: d_step { !gives_up && !at_hand && !is_known -> read_array() }
  :: atomic { !gives_up && !at_hand && is_known -> is_known = false; read_half_a(); break }
  od;
  if
  :: atomic { gives_up -> goto over }
  :: d_step { !gives_up -> read_half_b() }
  fi
}
#else
inline read_all() {
  if
  :: at_hand -> read_newest()
  :: else
  fi;
  if
  :: !is_known -> read_array()
  :: else
  fi;
  is_known = false;
  read_half_a();
  read_half_b()
}
#endif

/* How a pass left the slot of a lane. */
#define O_NONE 0
#define O_RUN 1
#define O_DONE 2
#define O_FAULT 3
#define O_YIELD 4
#define O_REQUEUE 5
#define O_BLOCKED 6

/* Only what a winner read is used; and it is whole, fresh, and nobody else's. */
inline use_bodies() {
  for (lane : 0 .. count - 1) {
    assert(seen_a[lane] == generation[lane_slot] && seen_b[lane] == generation[lane_slot]);
    assert(seen_status[lane] == ST_PUBLISHED);
    assert(in_flight[lane_slot] && completion[lane_slot] == 0);
    assert(!owned[lane_slot]);
    owned[lane_slot] = true;
    outcome[lane] = O_RUN;
    seen_a[lane] = 0;
    seen_b[lane] = 0;
    seen_status[lane] = 0
  }
  lane = 0
}

#if defined(RUN_WITHOUT_TAKE)
#define give_up() use_bodies()
#elif defined(BODY_AFTER_REUSE)
#define give_up() \
  if \
  :: is_waiting(stripe) -> head[stripe] = (head[stripe] + 1) & 255; use_bodies() \
  :: else -> goto over \
  fi
#else
#define give_up() goto over
#endif

/* take_entries(): the only arbiter. */
inline take_entry() {
  if
  :: atomic { is_behind -> give_up() }
  :: d_step { !is_behind -> head[stripe] = (head[stripe] + 1) & 255; use_bodies() }
  fi
}
/* --- Claiming and running (slot.glsl) ----------------------------------------------------------------------- */

/* An operation's only effect; that it comes once for each publication is what all this is about. */
inline store_result(s) {
  assert(result[s] + 1 == generation[s]);
  result[s] = generation[s]
}

#ifdef FENCE_LOOKS_NOT
#define may_end(s) true
#else
#define may_end(s) is_drained(status[(s) - 1])
#endif

/* run_slot() of one lane, and ops/batch_fence.glsl. In one step with the claim: nobody looks at a result before STATUS
 * or the completion, and a fence may as well look late. */
inline run_lane(s) {
  status[s] = ST_CLAIMED;
  if
  :: op(s) == LONG && progress[s] == 0 -> progress[s] = 1; outcome[lane] = O_YIELD
  :: op(s) == FENCE && !may_end(s) -> outcome[lane] = O_REQUEUE
  :: else ->
     if
     :: op(s) == FENCE -> assert(result[s - 1] == generation[s - 1]) /* its batch is finished, results and all */
     :: else
     fi;
#ifndef NO_RELEASE /* megakernel.comp: behind a release, results stand before STATUS and completion do */
     store_result(s);
#endif
     progress[s] = 0;
     outcome[lane] = (op(s) == FAULTY -> O_FAULT : O_DONE)
  fi
}

/* claim_published(). The mask may change between look and mark. */
inline run_slots() {
  do
  :: d_step { outcome[lane] == O_RUN && is_masked(lane_slot) && !has_run && !mask_open -> outcome[lane] = O_BLOCKED }
  :: d_step {
       outcome[lane] == O_RUN && (!is_masked(lane_slot) || has_run || mask_open) ->
       run_lane(lane_slot);
       lane++
     }
  :: d_step {
       outcome[lane] == O_BLOCKED ->
       completion[lane_slot] = BLOCKED;
       owned[lane_slot] = false;
       outcome[lane] = O_NONE;
       lane++
     }
  :: atomic { lane == count -> lane = 0; has_run = false; break }
  od
}

#define is_over(out) ((out) == O_DONE || (out) == O_FAULT)
#define final_status(out) \
  ((out) == O_DONE -> ST_DONE : ((out) == O_FAULT -> ST_FAULT : ((out) == O_YIELD -> ST_YIELD : ST_REQUEUE)))
#if defined(COMPLETION_BEFORE_STATUS)
#define goes_first(out) is_over(out)
#elif defined(BIT_BEFORE_STATUS)
#define goes_first(out) (!is_over(out))
#else
#define goes_first(out) false
#endif

/* The word, or bit, that hands the slot on: to its publisher, or to whoever takes the bit. */
inline hand_on(s) {
  owned[s] = false;
  if
  :: is_over(outcome[lane]) -> completion[s] = final_status(outcome[lane])
  :: else -> parked = parked | (1 << (s))
  fi;
  if
  :: outcome[lane] == O_REQUEUE -> tried[me] = tried[me] | (1 << (s))
  :: else -> moved = true
  fi
}
inline next_lane() { outcome[lane] = O_NONE; is_stored = false; lane++ }

/* end_slot() and park_slot(): STATUS, then what hands the slot on. */
inline end_slots() {
  do
  :: d_step { lane < count && outcome[lane] == O_NONE -> lane++ }
  :: d_step {
       lane < count && outcome[lane] != O_NONE && !is_stored ->
       is_stored = true;
       if
       :: goes_first(outcome[lane]) -> hand_on(lane_slot)
       :: else -> status[lane_slot] = final_status(outcome[lane])
       fi
     }
  :: d_step {
       lane < count && is_stored ->
       if
       :: goes_first(outcome[lane]) -> status[lane_slot] = final_status(outcome[lane])
       :: else -> hand_on(lane_slot)
       fi;
#ifdef NO_RELEASE
       is_late = is_over(outcome[lane]);
#endif
       next_lane()
     }
#ifdef NO_RELEASE
  :: d_step { is_late -> store_result(lane_slot - 1); is_late = false }
#endif
  :: atomic { lane == count && !is_late -> lane = 0; break }
  od
}

/* --- Parked slots (work.glsl, take_parked(); slot.glsl, resume_parked()) ------------------------------------ */

/* Bits in turn, so that all are tried. Whoever took the bit owns the slot. */
#define untried (parked & ~tried[me])
#define can_take(s) (may_pass && has_bit(untried, s))
inline take_bit(s) {
  busy = busy | (1 << me);
  parked = parked & ~(1 << (s));
  first = s;
  count = 1;
  has_run = true;
  assert(!owned[s]);
  owned[s] = true;
  outcome[0] = O_RUN
}
inline check_parked() {
  assert(status[first] == ST_YIELD || status[first] == ST_REQUEUE)
}

/* --- Slices (slice.glsl) ------------------------------------------------------------------------------------ */

/* stay(): want of work is what was looked for everywhere; want of fuel may come before any pass. */
#define is_idle (!any_waiting && untried == 0)
#ifdef CUTS /* so often at most, where it must be shown that all ends */
#define may_be_spent (cuts < CUTS)
#define count_cut() cuts++
#else
#define may_be_spent true
#define count_cut() skip
#endif

/* end_slice(), and the device: the last one that leaves ends the slice, and the next in the queue begins. */
inline leave_slice() {
  tried[me] = 0;
  left = left | (1 << me);
  if
  :: left == (1 << WORKERS) - 1 ->
     running = false;
     left = 0;
     leaving = false;
     ended++;
     if
     :: queued > ended -> running = true
     :: else
     fi
  :: else
  fi
}

/* megakernel.comp. One pass: entries of a stripe or a parked slot; run; end or park; account(). */
proctype Worker(byte me) {
  byte stripe, head_seen, number, newest_seen; /* of a look */
  bool at_hand, is_known;
  byte first, count, lane; /* slots at hand, one a lane */
  byte seen_a[CHUNK], seen_b[CHUNK], seen_status[CHUNK];
  byte outcome[CHUNK + 1]; /* one more than lanes, always O_NONE */
  bool has_run, is_stored, is_late, moved;
between_passes:
end_no_slice:
  do
  :: d_step { may_act && leaving -> leave_slice() }
  :: d_step { may_pass && may_be_spent -> leaving = true; cut_at = ended + 1; count_cut(); leave_slice() }
  :: d_step { may_pass && is_idle -> leaving = true; leave_slice() }
#ifdef NEWEST_BEFORE_TAIL
  :: may_pass && newest_seen == 0 -> newest_seen = newest[0]
#endif
#ifdef APART
  :: atomic { may_pass && any_waiting -> look_at_stripe() };
     read_all();
#else
  :: atomic { may_pass && any_waiting -> look_at_stripe(); read_all() };
#endif
     take_entry();
     goto owner
  :: d_step { can_take(0) -> take_bit(0) }; goto resume
#if SLOTS_0 + SLOTS_1 > 1
  :: d_step { can_take(1) -> take_bit(1) }; goto resume
#endif
#if SLOTS_0 + SLOTS_1 > 2
  :: d_step { can_take(2) -> take_bit(2) }; goto resume
#endif
#if SLOTS_0 + SLOTS_1 > 3
  :: d_step { can_take(3) -> take_bit(3) }; goto resume
#endif
  od;
resume:
  check_parked();
owner:
  run_slots();
  end_slots();
over:
  atomic {
    if
    :: moved -> tried[me] = 0; moved_since_rescue = true
    :: else
    fi;
    for (lane : 0 .. CHUNK - 1) { seen_a[lane] = 0; seen_b[lane] = 0; seen_status[lane] = 0; outcome[lane] = O_NONE }
    lane = 0; first = 0; count = 0; stripe = 0; head_seen = 0; number = 0; newest_seen = 0;
    at_hand = false; is_known = false; moved = false; has_run = false;
    busy = busy & ~(1 << me)
  }
  goto between_passes
}
