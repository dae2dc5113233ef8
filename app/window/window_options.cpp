// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/window_options.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace bw::window {

namespace {

constexpr int kUsage = 2;

std::string checkSize(const std::string& text, WindowOptions& options) {
  const auto cross = text.find('x');
  if (cross == std::string::npos) return "--size: write WIDTHxHEIGHT, such as 1920x1080";
  try {
    options.width = std::stoi(text.substr(0, cross));
    options.height = std::stoi(text.substr(cross + 1));
  } catch (const std::exception&) {
    return "--size: write WIDTHxHEIGHT, such as 1920x1080";
  }
  const bool fits = options.width >= 640 && options.height >= 480 && options.width <= 16384 && options.height <= 16384;
  return fits ? "" : "--size: from 640x480 to 16384x16384";
}

std::string checkTogether(const WindowOptions& options) {
  if (options.mode != "sim" && options.input.empty())
    return "--mode " + options.mode + " needs a recording: add --input FILE";
  if (options.mode == "sim" && !options.input.empty()) return "--input is a recording: add --mode replay";
  if (options.speed == "max") return "";
  try {
    std::size_t used = 0;
    const double speed = std::stod(options.speed, &used);
    if (used == options.speed.size() && speed > 0 && speed <= 1e6) return "";
  } catch (const std::exception&) {
    return "--speed: a number above 0, or max";
  }
  return "--speed: a number above 0 and at most 1000000, or max";
}

}  // namespace

std::optional<EarlyExit> parseOptions(int argc, const char* const* argv, WindowOptions& options) {
  CLI::App app("Bellwether, a trading workstation");
  std::string size = "1920x1080";
  bool still = false;
  app.set_version_flag("--version", std::string("bellwether 0.1.0"));
  app.add_option("--mode", options.mode, "sim, replay or paper")->check(CLI::IsMember({"sim", "replay", "paper"}));
  app.add_option("--input", options.input, "recording to replay")->check(CLI::ExistingFile);
  app.add_option("--speed", options.speed, "market seconds per wall second, or max");
  app.add_option("--workspace", options.workspace, "layout to open with")
      ->check(CLI::IsMember({"Monitor", "Trade", "Risk"}));
  app.add_option("--theme", options.theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--screenshot", options.screenshot, "write a PNG of the window");
  app.add_option("--after", options.after, "wall seconds from the first painted frame to the screenshot")
      ->check(CLI::Range(0.0, 86400.0));
  app.add_flag("--quit", options.quit, "leave after that");
  app.add_flag("--announce", options.announce, "print a line once the first frame is painted");
  app.add_option("--size", size, "window size, WIDTHxHEIGHT");
  app.add_option("--data-dir", options.dataDir, "folder of journals, latch and settings");
  app.add_option("--config-dir", options.configDir, "folder of the shipped settings");
  app.add_option("--profile", options.profile, "name of the profile")->check([](const std::string& name) {
    const bool plain =
        !name.empty() &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
    return plain ? std::string() : std::string("letters, digits, - and _ only");
  });
  app.add_option("--seed", options.seed, "seed of the simulation");
  app.add_flag("--no-animations", still, "reduced motion");
  app.add_flag("--reset-layout", options.resetLayout, "forget saved layouts");
  app.add_flag("--demo", options.demo, "a frozen state that is the same every time");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    return EarlyExit{code == 0 ? 0 : kUsage, code == 0 ? out.str() : err.str()};
  }
  options.animations = !still;
  std::string problem = checkSize(size, options);
  if (problem.empty()) problem = checkTogether(options);
  if (!problem.empty()) return EarlyExit{kUsage, problem + "\n"};
  return std::nullopt;
}

}  // namespace bw::window
