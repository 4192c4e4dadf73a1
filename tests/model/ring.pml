/* The ring protocol between host and kernel, for spin: scripts/model runs it, configurations.txt says with what.
 *
 * What runs here stands for what runs there:
 *   Publisher   lib/ring/publisher.cpp, shard.cpp, slot_table.cpp, doorbell.hpp: one shard and its thread
 *   Worker      shaders/megakernel.comp with shaders/include/work.glsl, slot.glsl, slice.glsl: one subgroup
 *   Residency   lib/gpu/residency.cpp: submits slices while there is work, sleeps when there is none
 *   Masks       whoever changes a tenant's mask, at any time: a host call, or STORE_U32 in the kernel
 *
 * One step is one access to memory that another side can see, or several of which it makes no difference; each such
 * place says why. With APART the stores to write-combined memory before the fence are made one by one in any order,
 * each slot in two halves, so that a torn one shows, and a worker's loads are made one by one too.
 *
 * Checked by assertions, and by spin itself (no invalid end state, so no deadlock):
 *   - no torn or stale body is used, nobody takes a slot that another has                    (use_bodies, take_bit)
 *   - no slot is run twice for one publication, or without one                                       (store_result)
 *   - the host finds results behind a completion; a fence ends behind all of its batch           (retire, run_lane)
 *   - no slot is lost, and the kernel does not sleep over announced work                                   (rescue)
 *   - with LIVENESS, under weak fairness: all is done at last                                        (ltl finishes)
 *
 * Taken for granted:
 *   - stores of one invocation to STATUS, and then to the parked bitmap or the completion word, are seen in that order
 *     (BIT_BEFORE_STATUS and COMPLETION_BEFORE_STATUS show what happens else)
 *   - tail is read before the entry beside it, or with it in one load (NEWEST_BEFORE_TAIL); the tags of that entry tell
 *     all entries of a queue apart, if those are two loads (NO_TAG, SHORT_TAG)
 *   - the condition variable of residency.cpp
 * Left out: quotas, LOAD_MISS and SCAN, which park in ways of their own; SHUTDOWN; priorities.
 */

/* --- Sizes: -D on the command line, see configurations.txt ------------------------------------------------- */
#ifndef WORKERS
#define WORKERS 3
#endif
#ifndef SIZE_0 /* slots of each publication of publisher 0, 1 or 2, and how many it keeps in flight */
#define SIZE_0 1
#endif
#ifndef GROUPS_0
#define GROUPS_0 1
#endif
#ifndef SIZE_1 /* the same of publisher 1; 0 groups: there is no publisher 1 */
#define SIZE_1 1
#endif
#ifndef GROUPS_1
#define GROUPS_1 1
#endif
#ifndef ROUNDS_0 /* publications of each publisher: more than groups means that slots are recycled */
#define ROUNDS_0 2
#endif
#ifndef ROUNDS_1
#define ROUNDS_1 2
#endif
#ifndef CHUNK /* most slots of an entry, 1 or 2 (kMaxRunSlots) */
#define CHUNK 1
#endif
#ifndef STRIPES /* of each queue, 1 or 2 (kStripes) */
#define STRIPES 1
#endif
#ifndef CAPACITY /* entries of a queue: a power of two, at least SLOTS (doorbell_capacity) */
#define CAPACITY 4
#endif
/* Values of an entry's tag (kEntrySlotBits, kEntryCountBits): as many as there are entries. */
#if defined(NO_TAG)
#define TAGS 1
#elif defined(SHORT_TAG)
#define TAGS 2
#else
#define TAGS CAPACITY
#endif
#ifndef QUEUED /* slices queued at a time, 1 or 2 (kQueuedSlices) */
#define QUEUED 1
#endif
#ifndef TOGGLES /* changes of the tenant's mask; it starts so that it ends open */
#define TOGGLES 0
#endif
#ifndef FUTILE /* times that a publisher announces blocked slots although the mask is closed */
#define FUTILE 0
#endif
#ifndef MASKED /* slots of the tenant with that mask, one bit each */
#define MASKED 0
#endif
#ifndef OP_0 /* what the slots do */
#define OP_0 PLAIN
#endif
#ifndef OP_1
#define OP_1 PLAIN
#endif
#ifndef OP_2
#define OP_2 PLAIN
#endif
#ifndef OP_3
#define OP_3 PLAIN
#endif
#ifndef START /* first entry number, shortly before the counters (of 8 bits here) wrap round */
#define START 254
#endif

#define SLOTS_0 (SIZE_0 * GROUPS_0)
#define SLOTS_1 (SIZE_1 * GROUPS_1)
#define SLOTS (SLOTS_0 + SLOTS_1)
#if GROUPS_1 > 0
#define QUEUES 2
#else
#define QUEUES 1
#endif
#define STRIPE_TOTAL (QUEUES * STRIPES)

#define PLAIN 0
#define FAULTY 1 /* ends FAULT */
#define LONG 2   /* parks in YIELD once */
#define FENCE 3  /* waits for the slot before it */
#define op(s) ((s) == 0 -> OP_0 : ((s) == 1 -> OP_1 : ((s) == 2 -> OP_2 : OP_3)))
#define is_masked(s) ((MASKED >> (s)) & 1)

#define ST_EMPTY 0
#define ST_PUBLISHED 1
#define ST_CLAIMED 2
#define ST_DONE 3
#define ST_YIELD 5
#define ST_REQUEUE 6
#define ST_FAULT 7
#define BLOCKED 1 /* of completion words: kCompletionBlocked */
#define is_final(word) ((word) > BLOCKED)
#define is_drained(word) ((word) == ST_DONE || (word) == ST_FAULT)

/* --- Mutations: each breaks one rule, and spin must find it ------------------------------------------------- */
/* --- Device memory ------------------------------------------------------------------------------------------ */
byte status[SLOTS];       /* word 0 of a slot, in its first half */
byte half_a[SLOTS];       /* the rest of that half: which publication of the slot wrote it */
byte half_b[SLOTS];       /* the other half */
byte entries[QUEUES * CAPACITY];
byte tail[QUEUES];        /* a doorbell: entries ever, and the newest of them; one 64-bit store of the host */
byte newest[QUEUES];
byte head[STRIPE_TOTAL];  /* entries taken of each stripe */
byte parked;              /* bitmap */
byte progress[SLOTS];     /* of long operations */
byte result[SLOTS];       /* what the operation of a slot wrote: the publication that it ran for */
bool mask_open = ((TOGGLES & 1) == 0);
bool leaving;             /* kStateLeaveWord names the running slice */

/* --- Host memory -------------------------------------------------------------------------------------------- */
byte completion[SLOTS];
byte entry_number[SLOTS]; /* slot_table.hpp, Record::announced: number of the slot's newest entry */
bool in_flight[SLOTS];
bool owned[SLOTS];        /* not of the protocol: a worker has it */
byte generation[SLOTS];   /* publications of a slot so far */
bool all_done[QUEUES];

/* --- Slices: the device's queue, and what residency.cpp remembers ------------------------------------------- */
byte queued;              /* slices submitted and not yet waited for, oldest first */
byte ended;               /* how many of those have ended */
bool running;             /* the one after those */
byte left;                /* workers that are through with it, one bit each */
byte busy;                /* workers in the middle of a pass, one bit each */
byte tried[WORKERS];      /* parked slots that each found waiting since it moved anything, one bit each */
byte cuts;
byte cut_at;              /* kReportCutSliceWord: place in the queue, from 1, of the slice that wrote it; 0: long ago */
bool notified;            /* is_notified_ */
bool moved_since_rescue = true; /* not of the protocol: a rescue must be good for something */

/* --- Entries ------------------------------------------------------------------------------------------------ */
#define make_entry(number, first, count) ((first) | ((count) - 1) << 2 | (((number) & 255) % TAGS) << 3)
#define entry_first(entry) ((entry) & 3)
#define entry_count(entry) ((((entry) >> 2) & 1) + 1)
#define entry_tag(entry) ((entry) >> 3)
#define place_of(queue, number) ((queue) * CAPACITY + ((number) & 255) % CAPACITY)

/* work.glsl, next_entry() and entries_waiting(); counters are bytes that wrap. */
#define next_entry(stripe) ((head[stripe] * STRIPES + (stripe) % STRIPES) & 255)
#define ahead(stripe) ((tail[(stripe) / STRIPES] - next_entry(stripe)) & 255)
#define is_waiting(stripe) (ahead(stripe) >= 1 && ahead(stripe) < 128)

/* residency.cpp, notify() */
inline notify() {
  notified = true
}

#include "host.pml"
#include "kernel.pml"

init {
  byte at;
  d_step {
    for (at : 0 .. QUEUES - 1) { tail[at] = START }
    for (at : 0 .. STRIPE_TOTAL - 1) { head[at] = START / STRIPES }
    at = 0
  }
  atomic {
    run Publisher(0, 0, SIZE_0, GROUPS_0, ROUNDS_0);
#if GROUPS_1 > 0
    run Publisher(1, SLOTS_0, SIZE_1, GROUPS_1, ROUNDS_1);
#endif
#if TOGGLES > 0
    run Masks();
#endif
    run Residency();
    for (at : 0 .. WORKERS - 1) { run Worker(at) }
    at = 0
  }
}

#ifdef LIVENESS
#if GROUPS_1 > 0
ltl finishes { <> (all_done[0] && all_done[1]) }
#else
ltl finishes { <> all_done[0] }
#endif
#endif
