// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>
#include <atomic>
#include <cstdint>

#include "core/bus/message.h"

namespace bw::bench {

/// Emits one queued signal per message, as an ordinary Qt program would.
class SignalSource final : public QObject {
  Q_OBJECT
 public:
  void send(const MessagePtr& message) { Q_EMIT ready(message); }
 Q_SIGNALS:
  void ready(bw::MessagePtr message);
};

/// Receives them on its own thread.
class SignalTarget final : public QObject {
  Q_OBJECT
 public:
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::uint64_t> count{0};
 public Q_SLOTS:
  void take(bw::MessagePtr message) {
    sum.store(sum.load(std::memory_order_relaxed) + message->key, std::memory_order_relaxed);
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
};

}  // namespace bw::bench
