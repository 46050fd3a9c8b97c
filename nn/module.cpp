#include "hourglass/nn/module.hpp"

#include <algorithm>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var Module::operator()(Var x) {
  ModuleScope scope(x.tape().context(), path_);
  return forward(x);
}

std::vector<Parameter*> Module::parameters() const {
  std::vector<Parameter*> all;
  for (const auto& [name, parameter] : own_parameters_) all.push_back(parameter);
  for (const auto& [name, child] : children_)
    for (Parameter* parameter : child->parameters()) all.push_back(parameter);
  return all;
}

std::size_t Module::parameter_count() const {
  std::size_t count = 0;
  for (const Parameter* parameter : parameters()) count += parameter->value.size();
  return count;
}

std::vector<Buffer> Module::buffers() const {
  std::vector<Buffer> all;
  for (const auto& [name, buffer] : own_buffers_) all.push_back({path_of(name), buffer});
  for (const auto& [name, child] : children_)
    for (Buffer& buffer : child->buffers()) all.push_back(std::move(buffer));
  return all;
}

void Module::train(bool on) {
  training_ = on;
  for (const auto& [name, child] : children_) child->train(on);
}

bool Module::couples_examples() const {
  return std::ranges::any_of(children_,
                             [](const auto& child) { return child.second->couples_examples(); });
}

void Module::register_parameter(const std::string& name, Parameter& parameter) {
  own_parameters_.emplace_back(name, &parameter);
  parameter.name = path_of(name);
}

void Module::register_buffer(const std::string& name, Tensor& buffer) {
  own_buffers_.emplace_back(name, &buffer);
}

void Module::register_module(const std::string& name, Module& child) {
  children_.emplace_back(name, &child);
  child.set_path(path_of(name));
}

/// Children are made before their parent, so each registration renames all below it.
void Module::set_path(const std::string& path) {
  path_ = path;
  for (const auto& [name, parameter] : own_parameters_) parameter->name = path_of(name);
  for (const auto& [name, child] : children_) child->set_path(path_of(name));
}

std::string Module::path_of(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

}}  // namespace hourglass
