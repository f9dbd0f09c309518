# ./dev package: a Debian package and a plain archive of the one binary, its unit file and the C library.
# The library's own install rules: src/gate/c.
include(GNUInstallDirs)
install(TARGETS beian RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES packaging/beian.service DESTINATION lib/systemd/system)
install(DIRECTORY samples/gate DESTINATION ${CMAKE_INSTALL_DOCDIR}/samples)
install(FILES LICENSE README.md README.zh-CN.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_PACKAGE_NAME beian)
set(CPACK_PACKAGE_CONTACT "OpenBeian <maintainers@openbeian.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "ICP filing system of an internet access provider")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tesseract-ocr, tesseract-ocr-chi-sim")  # materials.reading_program
set(CPACK_STRIP_FILES ON)
include(CPack)
