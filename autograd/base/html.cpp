#include "hourglass/autograd/base/html.hpp"

#include <fmt/format.h>

#include "page_css.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') escaped += c;
    }
  }
  return escaped;
}

std::string begin_page(std::string_view title, std::string_view style, std::string_view allowed) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'; {}\">\n"
      "<title>{} – Hourglass</title>\n<style>\n{}\n{}</style>\n</head>\n<body>\n",
      allowed, escape_html(title), page_css, style);
}

std::string page_heading(std::string_view kind, std::string_view title) {
  return fmt::format("<p class=\"kind\">{}</p>\n<h1>{}</h1>\n", escape_html(kind),
                     escape_html(title));
}

std::string scrolling_table(std::string_view name, std::string_view table) {
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{}</div>\n",
      escape_html(name), table);
}

}}  // namespace hourglass
