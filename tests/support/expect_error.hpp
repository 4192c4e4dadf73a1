/// One line to pin a whole error.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::support {

/// Expects a failed result with exactly this error.
template <class T>
void expect_error(const Result<T>& result, ErrorCode code, std::string_view what, std::string_view where,
                  std::string_view fix) {
  ASSERT_FALSE(result.has_value()) << "no error: " << what;
  EXPECT_EQ(to_string(result.error().code), to_string(code));
  EXPECT_EQ(result.error().what, what);
  EXPECT_EQ(result.error().where, where);
  EXPECT_EQ(result.error().fix, fix);
}

}  // namespace vyre::support
