// Replaced by a generated file when a workload brings handlers of its own.
bool vyre_run_custom(uint opcode) { return false; }
