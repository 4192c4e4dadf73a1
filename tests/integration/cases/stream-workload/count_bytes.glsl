void count_bytes() { vyre_observable_atomic_add(0u, vyre_arg(3u)); }
