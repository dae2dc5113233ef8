// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/append_file.h"
#include "core/matching/account_text.h"

namespace bw::matching {

/// The account journal of an in-process venue on disk. Written anew, without what no longer matters, when it is opened
/// or has grown past a bound: a new file beside it, synced, then renamed over it, so that a death at any instant leaves
/// one whole file. Kept: every live order, the `kEnded` that ended last, the `kFills` newest fills, the `kPayments`
/// newest payments, every position. Thread: owner only.
class AccountFile {
 public:
  static constexpr std::size_t kEnded = 5'000;
  static constexpr std::size_t kFills = 512;
  static constexpr std::size_t kPayments = 256;
  /// Written anew from this size on, or from four times what was kept the last time, if that is more.
  static constexpr std::uint64_t kRewriteFrom = 8ULL << 20;

  explicit AccountFile(std::uint64_t rewriteFrom = kRewriteFrom) : m_rewriteFrom(rewriteFrom) {}
  /// `image` is what the file holds (readAccountFile); a torn tail is cut off. `disk` outlives it. Errors "file.*".
  Result<void> open(const std::string& path, const AccountImage& image, Instruments instruments, std::string venue,
                    FileSystem& disk = realFileSystem());
  bool isOpen() const { return !m_path.empty(); }
  /// One or more whole groups. False if not all of it could be written; a part may be then.
  bool append(std::string_view groups);
  std::uint64_t size() const { return m_size; }

 private:
  Result<void> rewrite(const AccountImage& image);
  /// Reads the file back and rewrites it; a failure leaves it as it is, until it has grown as much again.
  void shrink();

  std::uint64_t m_rewriteFrom;
  std::uint64_t m_nextRewrite = 0;
  std::uint64_t m_size = 0;
  std::string m_path;
  Instruments m_instruments;
  std::string m_venue;
  FileSystem* m_disk = nullptr;
  AppendFile m_file;
};

/// The journal text of an account as it stands: what AccountFile keeps. Reading it gives the same account.
std::string compactText(const AccountImage& image, const Instruments& instruments, std::string_view venue);

}  // namespace bw::matching
