def log = new File(basedir, 'build.log').text
assert log.contains('revision first, but this checkout has second')
assert log =~ /was built for .*leftovers-are-not-published, not for .*other/
assert log.contains('Nothing to push: this run builds no platform')
assert !new File(basedir, 'target/images/leftovers-are-not-published/index.json').exists()
assert !new File(basedir, 'target/images/other').exists()
