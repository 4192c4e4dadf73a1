// LOAD_MISS: arg0 resource, arg1 prefetch flag. There is no service to answer it.
void op_load_miss() { fault(kFaultNoIoService, arg(0)); }
