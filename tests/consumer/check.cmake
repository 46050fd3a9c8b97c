# Installs the build in BUILD into FOLDER, then uses it as somebody else's project does: by find_package
# and by pkg-config.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${FOLDER})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/built)
file(RENAME ${FOLDER}/built ${FOLDER}/moved)  # an installation may be moved

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${FOLDER}/build -G Ninja
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${FOLDER}/moved)
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
run(${FOLDER}/build/two_processors)
message("${output}")
run(${FOLDER}/build/first_autoencoder)
message("${output}")
if(NOT output MATCHES "step   0.*step 400")
  message(FATAL_ERROR "the program printed\n${output}")
endif()

file(GLOB_RECURSE pc ${FOLDER}/moved/*/hourglass.pc)
cmake_path(GET pc PARENT_PATH place)
set(ENV{PKG_CONFIG_PATH} ${place})
run(pkg-config --cflags --libs hourglass)
separate_arguments(flags UNIX_COMMAND "${output}")
run(g++ -I${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/two_processors.cpp
    ${CMAKE_CURRENT_LIST_DIR}/oldest_processor.cpp -o ${FOLDER}/by_pkg_config ${flags})
run(${FOLDER}/by_pkg_config)
message("${output}")

# What is private is not installed, and nothing is installed outside include/hourglass.
file(GLOB_RECURSE headers RELATIVE ${FOLDER}/moved/include ${FOLDER}/moved/include/*)
foreach(header ${headers})
  if(NOT header MATCHES "^hourglass/" OR header MATCHES "kernels/lanes.hpp")
    message(FATAL_ERROR "${header} is installed")
  endif()
endforeach()

# The README shows this program, word for word.
file(READ ${CMAKE_CURRENT_LIST_DIR}/first_autoencoder.cpp program)
file(READ ${CMAKE_CURRENT_LIST_DIR}/../../README.md readme)
string(FIND "${readme}" "${program}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "README.md does not show tests/consumer/first_autoencoder.cpp as it is")
endif()
