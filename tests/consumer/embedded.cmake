# Builds a project in FOLDER that has the sources inside it (add_subdirectory), without a build type.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${FOLDER}/build)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/embedded -B ${FOLDER}/build -G Ninja
    -DHOURGLASS_SOURCES=${CMAKE_CURRENT_LIST_DIR}/../..)

# Its own source is compiled by its own settings.
file(READ ${FOLDER}/build/compile_commands.json commands)
string(JSON last LENGTH "${commands}")
math(EXPR last "${last} - 1")
foreach(i RANGE ${last})
  string(JSON file GET "${commands}" ${i} file)
  string(JSON command GET "${commands}" ${i} command)
  if(file MATCHES "two_processors.cpp" AND command MATCHES "-march|-Werror|-Wall|-O[1-3]")
    message(FATAL_ERROR "a host's source is compiled by ${command}")
  endif()
  if(command MATCHES "-Werror|-march=native")
    message(FATAL_ERROR "inside a host our own is compiled by ${command}")
  endif()
endforeach()

run(${CMAKE_COMMAND} --build ${FOLDER}/build --target host)
run(${FOLDER}/build/host)
message("${output}")
