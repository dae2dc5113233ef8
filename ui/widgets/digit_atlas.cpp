// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/digit_atlas.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace bw::ui {
namespace {

constexpr char kGlyphs[] = "0123456789.,~+-%/:()QqxABCDEFGHIJKLMNOPRSTUVWYZabcdefghiklmnoprstuvy ";

QRgb blend(QRgb under, QRgb ink, std::uint32_t a) {
  // Two channels at a time; a in 0 to 256.
  const std::uint32_t rb = ((under & 0xff00ff) * (256 - a) + (ink & 0xff00ff) * a) >> 8;
  const std::uint32_t g = ((under & 0x00ff00) * (256 - a) + (ink & 0x00ff00) * a) >> 8;
  return 0xff000000 | (rb & 0xff00ff) | (g & 0x00ff00);
}

}  // namespace

void DigitAtlas::build(const QFont& font, double ratio) {
  const QFontMetricsF metrics(font);
  m_width = std::max(1, static_cast<int>(std::lround(metrics.horizontalAdvance(QLatin1Char('0')) * ratio)));
  m_height = std::max(1, static_cast<int>(std::ceil(metrics.height() * ratio)));
  m_glyphOf.fill(-1);
  const int glyphs = static_cast<int>(sizeof(kGlyphs)) - 1;
  m_dots.clear();
  m_dotsEnd.clear();
  for (int g = 0; g < glyphs; ++g) {
    m_glyphOf[static_cast<std::size_t>(kGlyphs[g])] = static_cast<std::int8_t>(g);
    QImage cell(m_width, m_height, QImage::Format_RGB32);
    cell.fill(Qt::black);
    cell.setDevicePixelRatio(ratio);
    QPainter p(&cell);
    p.setFont(font);
    p.setPen(Qt::white);
    const QChar c = kGlyphs[g] == '~' ? QChar(0x2212) : QChar(QLatin1Char(kGlyphs[g]));
    p.drawText(QPointF(0, metrics.ascent()), QString(c));
    p.end();
    for (int y = 0; y < m_height; ++y) {
      const auto* line = reinterpret_cast<const QRgb*>(cell.constScanLine(y));
      for (int x = 0; x < m_width; ++x) {
        const int coverage = qGray(line[x]);
        if (coverage == 0) continue;
        m_dots.push_back({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                          static_cast<std::uint16_t>(coverage + (coverage >> 7))});
      }
    }
    m_dotsEnd.push_back(m_dots.size());
  }
}

void DigitAtlas::draw(QImage& image, int x, int y, const char* text, int length, QRgb ink, const QRect& clip) const {
  const QRect room = clip.intersected(image.rect());
  uchar* const bits = image.bits();
  const qsizetype stride = image.bytesPerLine();
  const QRgb solid = ink | 0xff000000;
  for (int i = 0; i < length; ++i, x += m_width) {
    const auto code = static_cast<unsigned char>(text[i]);
    const int glyph = code < 128 ? m_glyphOf[code] : -1;
    if (glyph < 0) continue;
    if (!room.contains(QRect(x, y, m_width, m_height))) {
      drawClipped(bits, stride, {x, y}, glyph, ink, room);
      continue;
    }
    uchar* const corner = bits + y * stride + x * qsizetype{sizeof(QRgb)};
    const auto index = static_cast<std::size_t>(glyph);
    const Dot* const end = m_dots.data() + m_dotsEnd[index];
    for (const Dot* dot = m_dots.data() + (index == 0 ? 0 : m_dotsEnd[index - 1]); dot != end; ++dot) {
      QRgb& pixel = reinterpret_cast<QRgb*>(corner + dot->y * stride)[dot->x];
      pixel = dot->alpha == 256 ? solid : blend(pixel, ink, dot->alpha);
    }
  }
}

void DigitAtlas::drawClipped(uchar* bits, qsizetype stride, QPoint at, int glyph, QRgb ink, const QRect& room) const {
  const auto index = static_cast<std::size_t>(glyph);
  for (std::size_t i = index == 0 ? 0 : m_dotsEnd[index - 1]; i < m_dotsEnd[index]; ++i) {
    const Dot& dot = m_dots[i];
    const QPoint place(at.x() + dot.x, at.y() + dot.y);
    if (!room.contains(place)) continue;
    QRgb& pixel = reinterpret_cast<QRgb*>(bits + place.y() * stride)[place.x()];
    pixel = blend(pixel, ink, dot.alpha);
  }
}

int writeFixed(char* out, std::int64_t mantissa, int scale) {
  char reversed[24];
  int n = 0;
  const bool negative = mantissa < 0;
  auto rest = negative ? 0 - static_cast<std::uint64_t>(mantissa) : static_cast<std::uint64_t>(mantissa);
  for (int digit = 0; rest != 0 || digit <= scale; ++digit) {
    if (digit == scale && scale > 0) reversed[n++] = '.';
    reversed[n++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  int length = 0;
  if (negative) out[length++] = '~';
  while (n > 0) out[length++] = reversed[--n];
  return length;
}

}  // namespace bw::ui
