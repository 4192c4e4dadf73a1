void twice() { vyre_observable_store(0u, 2u * vyre_arg(0u)); }
