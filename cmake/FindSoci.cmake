# SOCI ships neither a CMake config nor a pkg-config file. Its PostgreSQL backend includes
# <libpq-fe.h> bare, hence the extra folder.
find_path(SOCI_INCLUDE_DIR soci/soci.h REQUIRED)
find_path(SOCI_LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
foreach(part core sqlite3 postgresql)
  find_library(SOCI_${part}_LIBRARY soci_${part} REQUIRED)
endforeach()
find_library(SOCI_PQ_LIBRARY pq REQUIRED)
find_library(SOCI_SQLITE_LIBRARY sqlite3 REQUIRED)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Soci DEFAULT_MSG SOCI_core_LIBRARY SOCI_sqlite3_LIBRARY
                                  SOCI_postgresql_LIBRARY SOCI_INCLUDE_DIR)
if(Soci_FOUND AND NOT TARGET Soci::Soci)
  add_library(Soci::Soci INTERFACE IMPORTED)
  target_include_directories(Soci::Soci SYSTEM INTERFACE ${SOCI_INCLUDE_DIR}
                                                         ${SOCI_LIBPQ_INCLUDE_DIR})
  target_link_libraries(Soci::Soci INTERFACE ${SOCI_core_LIBRARY} ${SOCI_sqlite3_LIBRARY}
                        ${SOCI_postgresql_LIBRARY} ${SOCI_PQ_LIBRARY} ${SOCI_SQLITE_LIBRARY}
                        ${CMAKE_DL_LIBS})
endif()
