#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "hourglass/autograd/base/precision.hpp"

// Each command is one file with one function, which adds it to the command line; its work is done
// when the command line has been read.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void add_list_command(CLI::App& app);
/// `command_line` is shown in the report that they write.
void add_train_command(CLI::App& app, const std::string& command_line);
void add_evaluate_command(CLI::App& app);
void add_reconstruct_command(CLI::App& app);
void add_encode_command(CLI::App& app);
void add_generate_command(CLI::App& app);
void add_interpolate_command(CLI::App& app);
void add_features_command(CLI::App& app, const std::string& command_line);
void add_detect_command(CLI::App& app, const std::string& command_line);
void add_impute_command(CLI::App& app);
void add_compress_command(CLI::App& app);
void add_decompress_command(CLI::App& app);
void add_inspect_command(CLI::App& app);
void add_inspect_data_command(CLI::App& app);

}}  // namespace hourglass
