#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <set>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/version.hpp"

using namespace hourglass;

namespace {

std::string version_text() {
  return fmt::format("hourglass {}\nscalar {}\nOpenBLAS core {}\nthreads {}", version(),
                     sizeof(Scalar) == 4 ? "float32" : "float64", blas_core(), threads());
}

std::string command_line(int count, char** arguments) {
  std::string line = "hourglass";
  for (int i = 1; i < count; ++i) line += fmt::format(" {}", arguments[i]);
  return line;
}

int fail(int exit_code, const std::string& text) {
  fmt::print(stderr, "hourglass: {}\n", printable(text));
  return exit_code;
}

/// Prints each notice once, though a command may read its data twice.
void print_notice(const std::string& text) {
  static std::set<std::string> printed;
  if (printed.insert(text).second) fmt::print(stderr, "note: {}\n", printable(text));
}

/// OpenMP's threads wait for one another by spinning, which takes the core away from the thread that
/// they wait for as soon as something else is running too (training then takes 2 to 3 times as long).
/// How long they spin is read when a program is loaded, so the program starts itself again.
void spin_less(char** arguments) {
  if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY")) return;
  setenv("GOMP_SPINCOUNT", "1000", 1);
  execv("/proc/self/exe", arguments);  // if it fails, the program goes on as it is
}

int run(CLI::App& app, int count, char** arguments) {
  try {
    app.parse(count, arguments);
    return 0;
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    std::string command = "hourglass";
    for (const CLI::App* chosen : app.get_subcommands()) command += " " + chosen->get_name();
    const std::string text = error.what();
    return fail(2, fmt::format("{} (try '{} --help')", text.substr(0, text.find('\n')), command));
  } catch (const Interrupted&) {
    return 130;
  } catch (const ConfigError& error) {
    return fail(2, error.what());
  } catch (const DataError& error) {
    return fail(2, error.what());
  } catch (const std::bad_alloc&) {
    return fail(1, "there is not enough memory; a smaller batch or --limit may help");
  } catch (const std::exception& error) {
    return fail(1, error.what());
  }
}

}  // namespace

int main(int count, char** arguments) {
  spin_less(arguments);
  on_notice = print_notice;
  guard_files();
  CLI::App app("Autoencoders: train one, then use it.", "hourglass");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text,
                       "print the versions, OpenBLAS's core and the number of threads");
  app.footer("Example:\n  hourglass train vanilla --data mnist --out runs/first");
  add_list_command(app);
  add_train_command(app, command_line(count, arguments));
  add_evaluate_command(app);
  add_reconstruct_command(app);
  add_encode_command(app);
  add_generate_command(app);
  add_interpolate_command(app);
  add_features_command(app, command_line(count, arguments));
  add_detect_command(app, command_line(count, arguments));
  add_impute_command(app);
  add_compress_command(app);
  add_decompress_command(app);
  add_inspect_command(app);
  add_inspect_data_command(app);

  const int exit_code = run(app, count, arguments);
  const bool written = std::fflush(stdout) == 0 && !std::ferror(stdout);
  return written || exit_code != 0 ? exit_code : fail(1, "standard output cannot be written to");
}
