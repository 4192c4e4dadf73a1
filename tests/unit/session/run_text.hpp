/// Runs a workload given as text on the reference backend.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "vyre/session/runner.hpp"

namespace vyre::test {

inline session::RunReport run_text(const std::string& text, const session::RunOptions& options = {}) {
  auto workload = workload::load_text(text, "w.yaml");
  EXPECT_TRUE(workload) << (workload ? "" : to_text(workload.error().errors.front()));
  if (!workload) return {};
  auto backend = session::make_reference_backend(*workload);
  EXPECT_TRUE(backend);
  return session::run(*workload, **backend, options);
}

}  // namespace vyre::test
