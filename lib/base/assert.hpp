/// VYRE_ASSERT: a broken invariant of ours ends the process, in every build.
/// Bad input is never an assertion: it is a vyre::Error.
#pragma once

#include <cstdio>
#include <cstdlib>

#define VYRE_ASSERT(condition)                                                                   \
  do {                                                                                           \
    if (!(condition)) [[unlikely]] {                                                             \
      std::fprintf(stderr, "%s:%d: vyre internal error: %s does not hold\n", __FILE__, __LINE__, \
                   #condition);                                                                  \
      std::abort();                                                                              \
    }                                                                                            \
  } while (false)
