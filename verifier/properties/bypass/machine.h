// The machines of alike.h: places, and the moves between them.
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_MACHINE_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_MACHINE_H_

#include <functional>
#include <vector>

#include "verifier/properties/bypass/alike.h"

namespace polc::verifier {

class Machine {
 public:
  static constexpr int kNothing = -1;  // this text stays where it is
  struct Move {
    int first = kNothing;
    int second = kNothing;
    int to = 0;
  };
  using Visit = std::function<void(const Move&)>;

  explicit Machine(Alike way) : way_(way) {}

  int start() const { return 0; }
  bool MayEnd(int place) const;
  /// Moves that read `bytes`, and others where it is those bytes that matter.
  void ForMoves(int place, const std::vector<int>& bytes,
                const Visit& visit) const;

  /// Bytes of two sorts are never told for one another.
  static int SortOf(int byte);
  /// Of an ASCII letter; every other byte is its own.
  static int OtherCase(int byte);

 private:
  static void Letter(int byte, int to, const Visit& visit);
  static void PathMoves(int place, const std::vector<int>& bytes,
                        const Visit& visit);
  static void UrlMoves(int place, const std::vector<int>& bytes,
                       const Visit& visit);
  static void BehindHost(int place, const std::vector<int>& bytes,
                         const Visit& visit);

  Alike way_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_BYPASS_MACHINE_H_
