#pragma once

#include <cstddef>
#include <cstdint>

#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Made-up card payments, about one in 250 of which is a fraud. SYNTHETIC: no payment of any person
/// is in it, and what finds these frauds need not find real ones. It is for trying out the tools,
/// on data for which it is known how each fraud was made.
///
/// Every payment is by one of 400 card holders, each with habits of their own: how much they spend
/// (log-normal), at what hours, how often, in which kinds of shops, how far from home. Columns:
///
///   amount             in euros
///   amount ratio       to the card holder's usual amount in such a shop
///   hour               of the day, 0 to 24
///   distance           from the card holder's home, in kilometres
///   minutes since      the card's last payment
///   payments today     by this card, in the 24 hours before
///   shop               groceries, fuel, restaurant, clothes, travel, electronics, cash machine
///   channel            chip, contactless, online
///
/// Label 0 is normal, 1 fraud. Frauds come in three kinds, each a series of payments by one card:
///   testing     small amounts online, minutes apart, to test whether a stolen number works
///   spree       large amounts for electronics and travel, at night or far away, one after another
///   cash        the largest amounts that machines give, abroad, in the hours around midnight
/// A spree's first payment may look like an honest one: no detector finds all of them.
///
/// The same seed and number of rows make the same table, in chronological order.
Table make_transactions(std::size_t rows, std::uint64_t seed);

}}  // namespace hourglass
