// All requests that the conditions of a slice can tell apart, listed: a cell
// each. A question about them is a few operations on sets of bits, where a
// solver would have to search; with thousands of rules on one tool that is the
// difference between seconds and hours. It is exact: a cell is a request, and
// where every one is listed and none fits, there is none. Where they are too
// many, or something (two fields compared, a clock) is not listed, some answers
// are left to the solver.
//
// The idea is Batfish's, which answers about packets by sets of them (A. Fogel
// et al., "A General Approach to Network Configuration Analysis", NSDI 2015);
// the cells are the atomic predicates of H. Yang and S. Lam, "Real-time
// Verification of Network Properties Using Atomic Predicates", ICNP 2013.
#ifndef POLC_VERIFIER_CELLS_CELLS_H_
#define POLC_VERIFIER_CELLS_CELLS_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/support/number_map.h"
#include "verifier/cells/values.h"

namespace polc::verifier {

class Cells {
 public:
  /// Lists the requests of `space` that meet `demands`. Both must outlive it.
  Cells(const Space& space, const std::vector<smt::Bool>& demands);

  /// Lists what is made of `parts` alone; whatever else an expression speaks of
  /// may be anything.
  Cells(const Space& space, std::vector<Part> parts);

  struct Answer {
    smt::Status status = smt::Status::kUnknown;  // unknown: ask a solver
    size_t cell = 0;                             // of kSat
    std::vector<size_t> core;  // of kUnsat: positions, none dispensable
  };
  /// Is there a request for which all of `asked` hold?
  Answer Ask(const std::vector<smt::Bool>& asked);
  Assignment RequestOf(size_t cell) const;

  /// Of the requests for which `of` holds, how many are in `part`: each value
  /// of a set counts for one, as does every other string that is told apart.
  /// Nullopt where they are not all listed, or parts do not vary on their own.
  struct Share {
    double all = 0;
    double part = 0;
  };
  std::optional<Share> Weigh(smt::Bool of, smt::Bool part);

  size_t size() const { return size_; }
  /// Of memory, roughly.
  size_t bytes() const { return bytes_; }
  bool all() const { return all_; }

 private:
  using Bits = std::vector<uint64_t>;
  /// The cells where an expression surely holds, and those where it may.
  struct Column {
    Bits must;
    Bits may;  // empty: as `must`
    const Bits& May() const { return may.empty() ? must : may; }
  };

  void Place();
  void AddParts(const std::vector<smt::Bool>& demands);
  const Column& Of(smt::Bool b);
  const Column& OfNode(smt::NodeNo node);
  /// Null: it is not known yet.
  const Column* Find(smt::NodeNo node) const {
    const Column* const* column = columns_.Find(node);
    return column == nullptr ? nullptr : *column;
  }
  bool Ready(smt::NodeNo node, std::vector<smt::NodeNo>* missing) const;
  Column Compute(smt::NodeNo node) const;
  Column OfUnknown(smt::NodeNo unknown) const;
  const Column& Known(smt::NodeNo node) const {
    return *Find(space_.context()->Behind(node));
  }
  size_t WayOf(size_t part, size_t cell) const;
  void WeighCells();
  Column Constant(bool value) const;
  std::vector<size_t> CoreOf(const std::vector<const Bits*>& may) const;

  const Space& space_;
  std::vector<Part> parts_;
  std::vector<size_t> strides_;
  size_t size_ = 0;
  size_t words_ = 0;
  size_t bytes_ = 0;
  bool all_ = true;
  Bits domain_;
  bool weighed_ = false;
  std::vector<double> weights_;  // by cell; empty: each is 1
  std::unordered_map<smt::NodeNo, size_t> part_of_;  // by unknown
  // By unknown: the ways of its part in which it is true.
  std::unordered_map<smt::NodeNo, std::vector<size_t>> ways_;
  NumberMap<const Column*> columns_;  // by expression
  std::deque<Column> all_columns_;    // a column stays where it is
  Column true_, false_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_CELLS_H_
