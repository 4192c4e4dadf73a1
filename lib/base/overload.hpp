/// Overload: several lambdas as one visitor, for std::visit.
#pragma once

namespace vyre::base {

template <class... Handlers>
struct Overload : Handlers... {
  using Handlers::operator()...;
};
// Clang 16 does not find it by itself.
template <class... Handlers>
Overload(Handlers...) -> Overload<Handlers...>;

}  // namespace vyre::base
