assert new File(basedir, 'build.log').text.contains('registry: it is not set')
assert !new File(basedir, 'target/multiarch').exists()
