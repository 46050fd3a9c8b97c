  // Place after place of the columns, as they lie in memory.
  for (std::size_t place = 0; place < channels * kernel * kernel * oh * ow; ++place) {
    const std::size_t row = place / (oh * ow), y = place % (oh * ow) / ow + row / kernel % kernel;
    const std::size_t across = place % ow + row % kernel;
    columns.write(place, x.read((row / (kernel * kernel) * height + y) * width + across));
  }
