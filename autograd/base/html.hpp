#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The text with the characters that HTML gives a meaning replaced, fit for an element's content
/// and for an attribute in quotes. Control characters other than tab and newline are left out.
std::string escape_html(std::string_view text);

/// A page of Hourglass's up to its body, with the style sheet of all such pages and then `style`,
/// what this kind of page needs besides. Its policy lets a browser load nothing but what the page
/// holds, whatever gets into its text, and `allowed`: "img-src data:".
std::string begin_page(std::string_view title, std::string_view style, std::string_view allowed);

/// What kind of page it is, and its title, for the top of the page.
std::string page_heading(std::string_view kind, std::string_view title);

/// A table in a box of its own, which scrolls on a narrow screen; the keyboard reaches it too.
std::string scrolling_table(std::string_view name, std::string_view table);

}}  // namespace hourglass
