// DFA_STEP: arg0 state, arg1 input byte, arg2 observable that receives the next state. One lane.
void op_dfa_step() {
  const uint from = arg(0);
  const uint symbol = arg(1);
  const uint number = arg(2);
  const uint rows = kDfaWordCount / kDfaColumns;
  if (symbol >= kDfaColumns || from >= rows) {
    fault(kFaultDfaOutOfRange, from);
    return;
  }
  if (is_observable(number)) STORE(control[kObservableWord + number], dfa_table[from * kDfaColumns + symbol]);
}
