  // im2col of the pixels' numbers says where each entry came from; 0 is the padding.
  Array numbers(shape), image(shape);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i + 1);
  const Array from = im2col(numbers, kernel, stride, padding);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (from[i] > 0) image[static_cast<std::size_t>(from[i]) - 1] += columns[i];
  return image;
