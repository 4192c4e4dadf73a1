void faulty() { vyre_arena_load(0xFFFFFFF0u); }
