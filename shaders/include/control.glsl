// Control words: what an operation may touch.
#ifndef VYRE_CONTROL_GLSL
#define VYRE_CONTROL_GLSL

bool is_protected(uint word) {
  return !kOpenProtection && lane_tenant != kSystemTenant && word < kObservableWord;
}

// Whether the operation may write the word; faults when not.
bool may_write(uint word) {
  if (word >= kControlWordCount) {
    fault(kFaultWordOutOfRange, word);
    return false;
  }
  if (is_protected(word)) {
    fault(kFaultProtectedWord, word);
    return false;
  }
  return true;
}

bool is_word(uint word) {
  if (word < kControlWordCount) return true;
  fault(kFaultWordOutOfRange, word);
  return false;
}

bool is_observable(uint number) {
  if (number < kObservableCount) return true;
  fault(kFaultNoObservable, number);
  return false;
}

bool is_range(uint first, uint count) {
  if (first <= kControlWordCount && count <= kControlWordCount - first) return true;
  fault(kFaultRangeOutOfRange, first);
  return false;
}

#endif
