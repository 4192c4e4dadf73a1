#!/usr/bin/env bash
# usage: find_package.sh PREFIX VERSION - configures, builds and runs the consumer with CMake, from nothing.
set -euo pipefail
prefix=$1 version=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake -S "$(dirname "$0")/consumer" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$CXX" \
  -DVYRE_README="$VYRE_SOURCE/README.md" -DVYRE_WORKLOAD="$VYRE_SOURCE/workloads/hello.yaml" \
  -DVYRE_EXPECTED_VERSION="$version"
cmake --build "$work" --parallel 2
ctest --test-dir "$work" --output-on-failure --no-tests=error
