// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/sentinel/finding.h"

namespace bw::sentinel {

/// What kind of secret a line seems to hold, never the secret: a private key block, a web token, a cloud key, or a long
/// value of high entropy behind a word such as "api_secret". Nothing if there is none. References into the keychain
/// ("keychain:name") and redacted values are none. Pure.
std::optional<std::string> secretIn(std::string_view line);

/// Every line of `text` that seems to hold a secret, at most ten. `name` is the file as people know it.
Findings secretsInConfig(std::string_view name, std::string_view text);

}  // namespace bw::sentinel
