// PRINTF: arg0 format id, arg1 and arg2 values. Appends {arg0, arg1, arg2, slot * 16} to the debug log
// if it fits; the cursor counts what did not. One lane.
const uint kDebugCursorEnd = 0x80000000u;  // far past any capacity: adding on would wrap one day

void append_debug_record(uint format, uint a, uint b) {
  if (LOAD(debug_log[0]) >= kDebugCursorEnd) return;
  const uint cursor = ADD(debug_log[0], kDebugRecordWords);
  const uint at = kDebugHeaderWords + cursor;
  if (at + kDebugRecordWords > kDebugWordCount) return;
  debug_log[at] = format;
  debug_log[at + 1u] = a;
  debug_log[at + 2u] = b;
  debug_log[at + 3u] = lane_slot * kSlotWords;
}

void op_printf() { append_debug_record(arg(0), arg(1), arg(2)); }
