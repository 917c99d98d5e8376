import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log.contains('No tag was moved, because a module failed')
assert log.contains('images/service:1.0-SNAPSHOT → sha256:')
// The platforms are there, by digest; nothing names them.
def image = new JsonSlurper().parse(new File(basedir, 'service/target/multiarch/image.json'))
assert !image.published
def layout = new File(basedir, 'service/target/images/service')
assert new File(layout, 'blobs/sha256/' + image.platforms[0].digest.substring(7)).isFile()
assert !new File(layout, 'index.json').exists()
