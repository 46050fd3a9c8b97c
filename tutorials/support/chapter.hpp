#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string>

/// What the chapters' programs share. A program prints, in parts that its text shows one at a time;
/// names the figures that its text quotes; and writes the pictures that its text shows.
///
///   program [--quick] [--out DIR]
///
/// --quick does the same on less data, in a few seconds. Where --out is given, DIR gets the pictures
/// and figures.json.
class Chapter {
 public:
  Chapter(int argc, char** argv);
  /// Writes figures.json.
  ~Chapter();
  Chapter(const Chapter&) = delete;

  bool quick() const { return quick_; }

  /// Begins a part of the output: the text shows it by this name.
  void part(const std::string& name) const;

  /// A figure that the text quotes by its name, rounded as `format` says ("{:.3f}").
  void figure(const std::string& name, double value, const std::string& format = "{:.4g}");

  /// Where a picture of this name goes.
  std::filesystem::path picture(const std::string& name) const { return out_ / name; }

 private:
  bool quick_ = false;
  std::filesystem::path out_;
  std::map<std::string, std::string> figures_;
};
