import groovy.json.JsonSlurper

def image = { String module -> new JsonSlurper().parse(new File(basedir, module + '/target/image/image.json')) }
assert image('base').platforms*.platform == ['linux/s390x']
assert image('app').platforms*.platform == ['linux/s390x']

// The matrix is asked of the parent, which tells what the modules would be told.
def log = new File(basedir, 'build.log').text
assert log.contains('"platform":"linux/s390x"')
assert !log.contains('linux/amd64')

// A module that is built alone finds what the other one's run has left.
assert log.contains('on reactor:it:base (of an earlier run, in ' + new File(basedir, 'base/target/image'))
