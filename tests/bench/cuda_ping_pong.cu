// nvcc -O2 -o cuda_ping_pong cuda_ping_pong.cu
//
// A second reference for `vyre bench latency` on NVIDIA devices: one word through pinned host memory to a CUDA kernel
// that stays, and back; and a tiny kernel with a synchronization for each operation. Prints JSON: microseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kExchanges = 20'000;
constexpr unsigned kStop = 0xFFFFFFFFu;

void require(cudaError_t result, const char* doing) {
  if (result == cudaSuccess) return;
  std::fprintf(stderr, "%s: %s\n", doing, cudaGetErrorString(result));
  std::exit(1);
}

__global__ void echo(volatile unsigned* question, volatile unsigned* answer) {
  unsigned last = 0;
  for (;;) {
    const unsigned number = *question;
    if (number == last) continue;
    *answer = number;
    if (number == kStop) return;
    last = number;
  }
}

__global__ void add(unsigned* word) { atomicAdd(word, 1u); }

template <class Call>
std::vector<double> time_each(Call call) {
  std::vector<double> times;
  for (int i = 0; i < kExchanges; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call(static_cast<unsigned>(i + 1));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times;
}

void print(const char* name, const std::vector<double>& times, const char* end) {
  std::printf("  \"%s\": {\"unit\": \"us\", \"p50\": %.3f, \"p99\": %.3f}%s\n", name, times[times.size() / 2],
              times[times.size() * 99 / 100], end);
}

}  // namespace

int main() {
  unsigned *words = nullptr, *on_device = nullptr, *sum = nullptr;
  require(cudaHostAlloc(&words, 256, cudaHostAllocMapped), "pinned memory");
  require(cudaHostGetDevicePointer(&on_device, words, 0), "its device address");
  require(cudaMalloc(&sum, sizeof(unsigned)), "device memory");
  volatile unsigned* question = words;
  volatile unsigned* answer = words + 32;  // another cache line
  *question = *answer = 0;
  echo<<<1, 1>>>(on_device, on_device + 32);
  const auto exchanges = time_each([&](unsigned number) {
    *question = number;
    while (*answer != number) {
    }
  });
  *question = kStop;
  require(cudaDeviceSynchronize(), "the echo kernel");
  const auto launches = time_each([&](unsigned) {
    add<<<1, 1>>>(sum);
    require(cudaDeviceSynchronize(), "a launch");
  });
  cudaDeviceProp properties{};
  require(cudaGetDeviceProperties(&properties, 0), "the device's properties");
  std::printf("{\n  \"device\": \"%s\",\n", properties.name);
  print("pinned_ping_pong", exchanges, ",");
  print("launch_and_synchronize", launches, "");
  std::printf("}\n");
  return 0;
}
