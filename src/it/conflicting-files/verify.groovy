def log = new File(basedir, 'build.log').text
assert log.contains('two different things for /same')
assert log.contains('missing.txt does not exist')
assert !new File(basedir, 'target/multiarch').exists()
