#include "hourglass/datasets/synthetic/transactions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t holders = 400;
constexpr double fraud_share = 0.004, minutes_of_day = 1440;

enum Shop { groceries, fuel, restaurant, clothes, travel, electronics, cash_machine, shops };
const std::vector<std::string> shop_names = {"groceries", "fuel",        "restaurant",  "clothes",
                                             "travel",    "electronics", "cash machine"};
/// Usual amounts in euros, their spread (of the logarithm), and how often people go there.
constexpr std::array<double, shops> usual_amount = {32, 55, 28, 60, 180, 140, 80};
constexpr std::array<double, shops> amount_spread = {0.6, 0.25, 0.5, 0.6, 0.8, 0.9, 0.5};
constexpr std::array<double, shops> visits = {40, 12, 20, 10, 3, 4, 8};

enum Channel { chip, contactless, online };
const std::vector<std::string> channel_names = {"chip", "contactless", "online"};

double normal(Rng& rng) {  // Box & Muller 1958
  return std::sqrt(-2 * std::log(rng.uniform())) * std::cos(2 * std::numbers::pi * rng.uniform());
}
/// A random waiting time with this mean.
double waiting(Rng& rng, double mean) {
  return -mean * std::log(rng.uniform());
}

/// A random index, with a probability proportional to its weight.
template <std::size_t N>
std::size_t choose(Rng& rng, const std::array<double, N>& weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  double left = sum * rng.uniform();
  for (std::size_t i = 0; i + 1 < N; ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return N - 1;
}

struct Holder {
  double wealth;    ///< times the usual amounts
  double day;       ///< the hour around which they pay
  double distance;  ///< how far from home they mostly pay, in kilometres
  double online;    ///< the share that they buy online
  double pause;     ///< mean minutes between payments
  std::array<double, shops> visits_to;

  explicit Holder(Rng rng)
      : wealth(std::exp(0.4 * normal(rng))),
        day(14 + 2 * normal(rng)),
        distance(4 * std::exp(0.6 * normal(rng))),
        online(0.25 * rng.uniform()),
        pause(minutes_of_day / (0.5 + 2.5 * rng.uniform())) {
    for (std::size_t i = 0; i < shops; ++i) visits_to[i] = visits[i] * std::exp(0.5 * normal(rng));
  }
};

struct Payment {
  double minute;  ///< since the beginning
  std::size_t holder, shop, channel;
  double amount, distance;
  bool fraud = false;
};

double hour_of(double minute) {
  return std::fmod(minute, minutes_of_day) / 60;
}

/// The next minute after `from` at about this hour.
double at_hour(double from, double hour) {
  const double day = std::floor(from / minutes_of_day) * minutes_of_day;
  const double minute = day + 60 * std::clamp(hour, 0.0, 23.99);
  return minute > from ? minute : minute + minutes_of_day;
}

Payment honest_payment(const Holder& holder, std::size_t number, double minute, Rng& rng) {
  Payment payment{minute, number, choose(rng, holder.visits_to), contactless, 0, 0};
  payment.amount = holder.wealth * usual_amount[payment.shop] *
                   std::exp(amount_spread[payment.shop] * normal(rng));
  if (payment.shop == cash_machine) payment.amount = 10 * std::ceil(payment.amount / 10);
  const bool can_be_online = payment.shop == clothes || payment.shop == travel ||
                             payment.shop == electronics || payment.shop == restaurant;
  if (can_be_online && rng.uniform() < 2 * holder.online)
    payment.channel = online;
  else if (payment.shop == cash_machine || payment.amount > 50 || rng.uniform() < 0.2)
    payment.channel = chip;
  const bool on_a_journey = payment.shop == travel || rng.uniform() < 0.02;
  payment.distance = payment.channel == online
                         ? 0
                         : (on_a_journey ? 150 : holder.distance) * std::exp(0.8 * normal(rng));
  return payment;
}

/// A series of frauds with one card, from `minute` on.
std::vector<Payment> fraud_series(const Holder& holder, std::size_t number, double minute,
                                  Rng& rng) {
  enum { testing, spree, cash };
  const std::size_t kind = rng.below(3);
  const std::size_t count = 2 + rng.below(kind == testing ? 6 : 4);
  const double distance = 300 * std::exp(0.8 * normal(rng));
  const double hour = kind == cash ? 22 + 1.9 * rng.uniform() : 24 * rng.uniform();
  if (kind != testing) minute = at_hour(minute, hour);
  std::vector<Payment> series;
  for (std::size_t i = 0; i < count; ++i) {
    Payment payment{minute, number, electronics, online, 0, 0, true};
    if (kind == testing) {
      payment.shop = rng.below(2) ? clothes : restaurant;
      payment.amount = 0.5 + 2.5 * rng.uniform();
    } else if (kind == spree) {
      payment.shop = rng.below(3) ? electronics : travel;
      payment.channel = rng.below(2) ? online : chip;
      payment.amount = holder.wealth * usual_amount[payment.shop] * (2 + 5 * rng.uniform());
    } else {
      payment.shop = cash_machine;
      payment.channel = chip;
      payment.amount = 400 + 50 * rng.below(5);
    }
    payment.distance = payment.channel == online ? 0 : distance * (0.9 + 0.2 * rng.uniform());
    series.push_back(payment);
    minute += 1 + waiting(rng, kind == testing ? 4 : 35);
  }
  return series;
}

/// All payments in chronological order: the honest ones of every card, then series of frauds at
/// random times, until their share is reached.
std::vector<Payment> all_payments(std::size_t rows, const Rng& rng) {
  const auto frauds =
      static_cast<std::size_t>(std::lround(fraud_share * static_cast<double>(rows)));
  std::vector<Holder> people;
  for (std::size_t i = 0; i < holders; ++i) people.emplace_back(rng.fork(0).fork(i));
  std::vector<Payment> payments;
  std::vector<Rng> own;
  std::vector<double> clocks(holders);
  for (std::size_t i = 0; i < holders; ++i) own.push_back(rng.fork(1).fork(i));
  while (payments.size() < rows - frauds) {  // the card whose next payment comes first
    const auto next =
        static_cast<std::size_t>(std::min_element(clocks.begin(), clocks.end()) - clocks.begin());
    const Holder& holder = people[next];
    if (clocks[next] > 0) payments.push_back(honest_payment(holder, next, clocks[next], own[next]));
    clocks[next] = at_hour(clocks[next] + 0.4 * waiting(own[next], holder.pause),
                           holder.day + 3.5 * normal(own[next]));
  }
  const double end = payments.empty() ? minutes_of_day : payments.back().minute;
  for (Rng more = rng.fork(2); payments.size() < rows;) {
    const std::size_t number = more.below(holders);
    for (const Payment& payment : fraud_series(people[number], number, end * more.uniform(), more))
      if (payments.size() < rows) payments.push_back(payment);
  }
  std::stable_sort(payments.begin(), payments.end(),
                   [](const Payment& a, const Payment& b) { return a.minute < b.minute; });
  return payments;
}

}  // namespace

Table make_transactions(std::size_t rows, std::uint64_t seed) {
  const Rng rng(seed);
  std::vector<double> wealth;
  for (std::size_t i = 0; i < holders; ++i) wealth.push_back(Holder(rng.fork(0).fork(i)).wealth);
  Table table{.name = "transactions (synthetic)", .label_names = {"normal", "fraud"}};
  for (const char* name :
       {"amount", "amount ratio", "hour", "distance", "minutes since", "payments today"})
    table.columns.push_back({name, {}});
  table.columns.push_back({"shop", {}, shop_names});
  table.columns.push_back({"channel", {}, channel_names});
  std::vector<std::vector<double>> minutes(holders);  // of each card's payments so far
  for (const Payment& payment : all_payments(rows, rng)) {
    std::vector<double>& before = minutes[payment.holder];
    const double since = before.empty() ? minutes_of_day : payment.minute - before.back();
    const auto today = before.end() - std::lower_bound(before.begin(), before.end(),
                                                       payment.minute - minutes_of_day);
    before.push_back(payment.minute);
    const double usual = wealth[payment.holder] * usual_amount[payment.shop];
    const double numbers[] = {std::round(100 * payment.amount) / 100,
                              payment.amount / usual,
                              hour_of(payment.minute),
                              payment.distance,
                              std::min(since, 30 * minutes_of_day),
                              static_cast<double>(today),
                              static_cast<double>(payment.shop),
                              static_cast<double>(payment.channel)};
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      table.columns[i].numbers.push_back(numbers[i]);
    table.labels.push_back(payment.fraud);
  }
  return table;
}

}}  // namespace hourglass
