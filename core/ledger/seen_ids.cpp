// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/seen_ids.h"

namespace bw::ledger {

SeenIds::Verdict SeenIds::check(std::string_view account, std::string_view id, Timestamp time) const {
  const auto found = m_accounts.find(account);
  if (found == m_accounts.end()) return Verdict::New;
  if (found->second.ids.count(std::string(id)) != 0) return Verdict::Seen;
  return found->second.pruned && time <= found->second.horizon ? Verdict::TooOld : Verdict::New;
}

SeenIds::Verdict SeenIds::insert(std::string_view accountName, std::string_view id, Timestamp time) {
  auto found = m_accounts.find(accountName);
  if (found == m_accounts.end()) found = m_accounts.try_emplace(std::string(accountName)).first;
  Account& account = found->second;
  if (account.pruned && time <= account.horizon)
    return account.ids.count(std::string(id)) != 0 ? Verdict::Seen : Verdict::TooOld;
  const auto [stored, isNew] = account.ids.emplace(id);
  if (!isNew) return Verdict::Seen;
  account.byAge.push({time, &*stored});
  while (account.ids.size() > m_keep) {
    const Stamp oldest = account.byAge.top();
    account.byAge.pop();
    account.pruned = true;
    account.horizon = oldest.time;
    account.ids.erase(account.ids.find(*oldest.id));
  }
  return Verdict::New;
}

std::size_t SeenIds::size() const {
  std::size_t sum = 0;
  for (const auto& [name, account] : m_accounts) sum += account.ids.size();
  return sum;
}

}  // namespace bw::ledger
