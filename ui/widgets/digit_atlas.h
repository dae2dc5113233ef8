// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QImage>
#include <QPoint>
#include <QString>
#include <array>
#include <cstdint>
#include <vector>

namespace bw::ui {

/// Coverage of the glyphs of numbers in one monospaced font, blended straight into a 32-bit image. Some twenty times
/// cheaper than QPainter::drawText for short numbers. Thread: GUI.
class DigitAtlas {
 public:
  /// Renders the glyphs; `ratio` = device pixels per pixel.
  void build(const QFont& font, double ratio);
  /// Size of one character cell in device pixels.
  int cellWidth() const { return m_width; }
  int cellHeight() const { return m_height; }
  /// Draws Latin-1 `text` ('~' stands for U+2212) with its left top corner at (x, y) in device pixels, clipped to
  /// `clip`. Unknown characters are blank. `image` is Format_RGB32.
  void draw(QImage& image, int x, int y, const char* text, int length, QRgb ink, const QRect& clip) const;

 private:
  /// A pixel that a glyph touches; `alpha` in 1 to 256.
  struct Dot {
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    std::uint16_t alpha = 0;
  };
  void drawClipped(uchar* bits, qsizetype stride, QPoint at, int glyph, QRgb ink, const QRect& room) const;

  std::array<std::int8_t, 128> m_glyphOf{};
  std::vector<Dot> m_dots;             ///< glyph after glyph, row after row
  std::vector<std::size_t> m_dotsEnd;  ///< of each glyph; it begins where the one before ends
  int m_width = 0;
  int m_height = 0;
};

/// Writes `count` × `step` as fixed decimals into `out` (at most 24 characters) and returns its length; exact.
int writeFixed(char* out, std::int64_t mantissa, int scale);

}  // namespace bw::ui
