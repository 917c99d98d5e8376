def log = new File(basedir, 'build.log').text
['registry:', 'tags:', 'from:', 'platforms:', 'named twice', 'format:', 'container.user:', 'container.ports:',
 'container.stopSignal:', 'container.workingDirectory:', "'999'", "'root'"].each { assert log.contains(it) : it }
assert !new File(basedir, 'target/multiarch').exists()
